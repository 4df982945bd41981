"""The design system: tokens, base templates, forms, parts, charts and the map. It knows no patient and no rule."""
