"""The site in a hurry: what it says again every thirty seconds, it says every few; nothing else changes."""

from plateforme.asgi import application  # noqa: F401  it is what the server serves
from plateforme.socle.direct import hub, prise

prise.REVISION = (4, 6)
hub.REPETITION = 3
