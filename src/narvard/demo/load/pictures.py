"""Pictures for the binder, drawn here: where the kit lies, and how the person lies well. Nobody is in them."""

from io import BytesIO

from PIL import Image, ImageDraw

_SIZE = (1600, 1000)
_INK, _SOFT, _LINE, _WARM = "#14323a", "#eaf1f1", "#8fa6a9", "#e8b04a"
_SKIN, _CLOTH, _PILLOW = "#d9b99b", "#7fa3a8", "#ffffff"
_WIDE = 10


def _png(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _blank() -> tuple[Image.Image, ImageDraw.ImageDraw]:
    picture = Image.new("RGB", _SIZE, _SOFT)
    return picture, ImageDraw.Draw(picture)


def _box(draw: ImageDraw.ImageDraw, place: tuple[int, int, int, int], fill: str, radius: int = 26) -> None:
    draw.rounded_rectangle(place, radius=radius, fill=fill, outline=_INK, width=_WIDE)


def _limb(draw: ImageDraw.ImageDraw, points: list[tuple[int, int]], width: int, fill: str) -> None:
    """A bent limb with round ends and joints."""
    for wide, colour in ((width, _INK), (width - 2 * _WIDE, fill)):
        draw.line(points, fill=colour, width=wide, joint="curve")
        for x, y in points:
            draw.ellipse((x - wide // 2, y - wide // 2, x + wide // 2, y + wide // 2), fill=colour)


def kit_in_fridge() -> bytes:
    """An open fridge with the kit on the lowest shelf."""
    picture, draw = _blank()
    _box(draw, (330, 60, 940, 950), "#ffffff", 40)
    draw.polygon([(940, 80), (1290, 150), (1290, 900), (940, 930)], fill="#f6f9f9", outline=_INK, width=_WIDE)
    for y in (270, 480):
        draw.line([(985, y + 18), (1250, y + 40)], fill=_LINE, width=_WIDE)
    for y in (310, 520, 730):
        draw.line([(350, y), (920, y)], fill=_LINE, width=14)
    for left, top, right, bottom, fill in (
        (400, 180, 480, 303, "#c8d8d9"),
        (510, 140, 570, 303, "#c8d8d9"),
        (650, 210, 860, 303, "#dfe7e8"),
        (410, 420, 640, 513, "#dfe7e8"),
        (700, 380, 770, 513, "#c8d8d9"),
        (450, 640, 560, 723, "#dfe7e8"),
    ):
        draw.rounded_rectangle((left, top, right, bottom), radius=18, fill=fill, outline=_LINE, width=6)
    _box(draw, (440, 790, 830, 925), _WARM)
    draw.line([(635, 825), (635, 890)], fill="#ffffff", width=26)
    draw.line([(602, 857), (668, 857)], fill="#ffffff", width=26)
    draw.line([(120, 857), (370, 857)], fill=_INK, width=26)
    draw.polygon([(360, 800), (425, 857), (360, 914)], fill=_INK)
    return _png(picture)


def on_the_side() -> bytes:
    """Somebody lying on the side, seen from above, with pillows behind the back, between the knees and at the arm."""
    picture, draw = _blank()
    _box(draw, (90, 110, 1510, 890), "#ffffff", 60)
    _box(draw, (130, 320, 420, 680), _PILLOW, 70)
    draw.rounded_rectangle((160, 350, 390, 650), radius=50, outline=_LINE, width=5)
    # Behind the back.
    _box(draw, (470, 220, 990, 345), _WARM, 60)
    _limb(draw, [(930, 470), (1120, 640), (1330, 560)], 120, _CLOTH)
    # Between the knees.
    _box(draw, (1010, 470, 1290, 600), _WARM, 60)
    _limb(draw, [(930, 440), (1160, 430), (1370, 440)], 120, _CLOTH)
    _limb(draw, [(500, 440), (930, 445)], 190, _CLOTH)
    # In front of the chest, under the upper arm.
    _box(draw, (520, 600, 880, 740), _WARM, 60)
    _limb(draw, [(530, 470), (640, 630), (800, 650)], 84, _SKIN)
    draw.ellipse((210, 350, 420, 560), fill=_SKIN, outline=_INK, width=_WIDE)
    draw.chord((210, 350, 420, 560), 175, 345, fill="#c9ced0", outline=_INK, width=_WIDE)
    return _png(picture)


DRAWN = {"kit": kit_in_fridge, "side": on_the_side}
