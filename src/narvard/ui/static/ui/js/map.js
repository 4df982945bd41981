// The map: our own areas and points with Leaflet, no tile server. The table behind the map says the same.

const POINT_SIZE = 28;
const BASE_SIZE = 14;
const POINT_GAP = 33;
const SPREAD_ROUNDS = 120;
const ROOM_FOR_POINTS = { paddingTopLeft: [72, 32], paddingBottomRight: [32, 32] };
const EDGE = [[63.2, 14], [65.6, 23]];
const ROOM_FOR_AREAS = { padding: [8, 8] };
const L = window.L;
const COARSE = matchMedia("(pointer: coarse)").matches;

async function fetchJson(url) {
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status} from ${url}`);
  return answer.json();
}

function words(tag, text) {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}

function shape(className, extra = {}) {
  return { className, interactive: false, smoothFactor: 0.6, ...extra };
}

function drawBackground(map, land, water) {
  L.geoJSON(land, { style: shape("map-land"), interactive: false }).addTo(map);
  return () => L.geoJSON(water, { style: (feature) => shape(`map-${feature.properties.kind}`), interactive: false }).addTo(map);
}

function areaLabel(name, area) {
  const label = document.createElement("span");
  label.append(words("span", name));
  if (area?.text) label.append(words("strong", area.text));
  return label;
}

function drawAreas(map, municipalities, areas) {
  const known = new Map(areas.map((area) => [area.code, area]));
  const style = (feature) => {
    const area = known.get(feature.properties.code);
    const looks = ["map-area"];
    if (area?.level !== null && area?.level !== undefined) looks.push(`map-area--${area.level}`);
    if (area?.url) looks.push("map-area--linked");
    return { className: looks.join(" "), smoothFactor: 0.6 };
  };
  return L.geoJSON(municipalities, {
    style,
    interactive: areas.some((area) => area.url),
    onEachFeature(feature, layer) {
      const area = known.get(feature.properties.code);
      L.tooltip({ permanent: true, direction: "center", opacity: 1, className: area ? "map-label" : "map-name" })
        .setLatLng(feature.properties.label)
        .setContent(areaLabel(feature.properties.name, area))
        .addTo(map);
      if (area?.url) layer.on("click", () => { location.assign(area.url); });
    },
  }).addTo(map);
}

// What a point is stands in one line under the map: nothing pops up over the other points.
function choose(line, point) {
  line.textContent = point.url ? "" : point.title;
  if (point.url) line.append(Object.assign(words("a", point.title), { href: point.url }));
}

function drawPoint(point, line) {
  const size = point.kind === "base" ? BASE_SIZE : POINT_SIZE;
  const icon = L.divIcon({
    className: `map-point map-point--${point.state} map-point--${point.kind}`,
    html: words("span", point.label),
    iconSize: [size, size],
  });
  const marker = L.marker([point.lat, point.lon], { icon, title: point.title, riseOnHover: true, keyboard: point.kind !== "base" });
  marker.on("add", () => followPoint(marker.getElement(), point, line));
  marker.on("click keypress", (event) => {
    const enter = event.type === "click" || event.originalEvent.key === "Enter";
    if (point.url && enter && !COARSE) location.assign(point.url);
  });
  return marker;
}

function followPoint(element, point, line) {
  element.setAttribute("aria-label", point.title);
  if (point.kind === "base") {
    element.setAttribute("role", "img");
    return;
  }
  if (point.url) element.setAttribute("role", "link");
  if (point.key) element.dataset.key = point.key;
  if (point.lane) element.dataset.lane = point.lane;
  const show = () => {
    choose(line, point);
    tell(point.lane, point.key);
  };
  for (const name of ["mouseenter", "focus", "click"]) element.addEventListener(name, show);
  for (const name of ["mouseleave", "blur"]) element.addEventListener(name, () => tell("", ""));
}

function drawRoute(route) {
  const line = L.polyline(route.path, { ...shape("map-route"), smoothFactor: 0 });
  line.on("add", () => { line.getElement().dataset.lane = route.lane; });
  return line;
}

// The timeline and the map point at each other through this one event.
function tell(lane, key) {
  document.dispatchEvent(new CustomEvent("narvard:show", { detail: { lane: lane || "", key: key || "" } }));
}

function frame(map, shown, padding) {
  const bounds = shown.getBounds();
  if (bounds.isValid()) map.fitBounds(bounds, { ...padding, maxZoom: 13 });
}

// Points that would lie on each other are moved apart on the screen, so that each can be read and touched.
function spread(map, all) {
  const markers = all.filter((marker) => marker.options.keyboard);
  const places = markers.map((marker) => map.latLngToLayerPoint(marker.getLatLng()));
  const moved = places.map((place) => place.clone());
  for (let round = 0; round < SPREAD_ROUNDS; round += 1) {
    if (!pushApart(moved)) break;
  }
  markers.forEach((marker, index) => {
    const shift = moved[index].subtract(places[index]);
    const { style } = marker.getElement();
    style.marginLeft = `${shift.x - POINT_SIZE / 2}px`;
    style.marginTop = `${shift.y - POINT_SIZE / 2}px`;
  });
}

function pushApart(places) {
  let pushed = false;
  for (let a = 0; a < places.length; a += 1) {
    for (let b = a + 1; b < places.length; b += 1) {
      const gap = places[b].subtract(places[a]);
      const distance = Math.hypot(gap.x, gap.y);
      if (distance >= POINT_GAP) continue;
      // Two at the same place part sideways, each pair in its own direction.
      const way = distance > 0.01 ? gap.divideBy(distance) : L.point(Math.cos(a + b), Math.sin(a + b));
      const half = way.multiplyBy((POINT_GAP - distance) / 2);
      places[a] = places[a].subtract(half);
      places[b] = places[b].add(half);
      pushed = true;
    }
  }
  return pushed;
}

function makeMap(box) {
  // One finger scrolls the page, two move the map; the wheel zooms only once the map has been asked for.
  const map = L.map(box, {
    attributionControl: false,
    zoomControl: false,
    scrollWheelZoom: false,
    dragging: !COARSE,
    fadeAnimation: false,
    zoomSnap: 0.25,
    minZoom: 6,
    maxZoom: 15,
    maxBounds: EDGE,
    maxBoundsViscosity: 1,
  });
  L.control.zoom({ zoomInTitle: box.dataset.zoomIn, zoomOutTitle: box.dataset.zoomOut }).addTo(map);
  map.on("focus click", () => map.scrollWheelZoom.enable());
  map.on("blur", () => map.scrollWheelZoom.disable());
  return map;
}

// Past this many, points are dots; those of the crew pointed at, or the few in sight, get their signs.
const MANY = 60;

function drawDot(point) {
  const dot = L.circleMarker([point.lat, point.lon], { ...shape(`map-dot map-dot--${point.state}`), radius: 4 });
  dot.on("add", () => { dot.getElement().dataset.lane = point.lane; });
  return dot;
}

class Content {
  constructor(map, line) {
    this.map = map;
    this.line = line;
    this.layers = L.layerGroup().addTo(map);
    this.signs = L.layerGroup().addTo(map);
    this.points = [];
    this.lane = "";
    map.on("zoomend moveend viewreset", () => this.sign());
    document.addEventListener("narvard:show", ({ detail }) => this.choose(detail.lane));
  }

  show(data) {
    this.points = data.points;
    this.many = data.points.length > MANY;
    this.map.getContainer().classList.toggle("map--many", this.many);
    this.layers.clearLayers();
    for (const route of data.routes) this.layers.addLayer(drawRoute(route));
    if (this.many) for (const point of data.points.filter((p) => p.kind !== "base")) this.layers.addLayer(drawDot(point));
    return L.featureGroup(data.points.map((point) => L.marker([point.lat, point.lon])));
  }

  choose(lane) {
    if (!this.many || !lane || lane === this.lane) return;
    this.lane = lane;
    this.sign();
  }

  // The points that are drawn with a sign now.
  signed() {
    if (!this.many) return this.points;
    const view = this.map.getBounds();
    const seen = this.points.filter((point) => view.contains([point.lat, point.lon]));
    return seen.length <= MANY ? seen : seen.filter((point) => point.kind === "base" || point.lane === this.lane);
  }

  sign() {
    this.signs.clearLayers();
    const markers = this.signed().map((point) => drawPoint(point, this.line));
    for (const marker of markers) this.signs.addLayer(marker);
    spread(this.map, markers);
  }
}

async function refresh(content, url) {
  content.show(await fetchJson(url));
  content.sign();
}

async function draw(box) {
  const { land, water, municipalities, url } = box.dataset;
  const own = url ? fetchJson(url) : JSON.parse(document.getElementById(box.dataset.map).textContent);
  const [landData, waterData, townData, data] = await Promise.all([fetchJson(land), fetchJson(water), fetchJson(municipalities), own]);
  const map = makeMap(box);
  map.setView([64.05, 19.9], 8);
  const drawWater = drawBackground(map, landData, waterData);
  const areas = drawAreas(map, townData, data.areas);
  drawWater();
  const content = new Content(map, box.parentElement.querySelector("[data-map-line]"));
  const points = content.show(data);
  if (data.points.length) frame(map, points, ROOM_FOR_POINTS);
  else frame(map, areas, ROOM_FOR_AREAS);
  content.sign();
  if (url) box.addEventListener("narvard:refresh", () => refresh(content, url));
  box.dataset.ready = "";
}

async function start(box) {
  try {
    await draw(box);
  } catch (error) {
    console.warn(error);
    box.replaceChildren(words("p", box.dataset.failed));
    box.classList.add("map--failed");
  }
}

document.querySelectorAll("[data-map]").forEach(start);
