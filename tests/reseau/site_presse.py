"""The site in a hurry: what it says again every thirty seconds, it says every few; nothing else changes."""

import django

django.setup()

from plateforme.accueil import serveur  # noqa: E402
from plateforme.socle.direct import hub, prise  # noqa: E402

prise.REVISION = (5, 8)
hub.REPETITION = 3
application = serveur.application()
