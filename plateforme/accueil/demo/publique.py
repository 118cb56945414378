"""The public page of the documents, where a citizen of the demo finds it."""

from wagtail.models import Site

from plateforme.accueil.models import Parametres
from ressources_docs.models import PageDocuments

INTRODUCTION = """
<p>Conventions, modèles de délibération, guides et bilans des communes et de l’agglomération. Chaque document
porte sa date, sa source et sa licence ; son adresse ne change jamais.</p>
"""


def installer():
    page = PageDocuments(
        title="Les documents de la mutualisation, ouverts à tous",
        slug="documents-publics",
        introduction=INTRODUCTION,
        search_description="Conventions, modèles, guides et bilans que publient les communes.",
        editeur=Parametres.load().epci.nom,
    )
    Site.objects.get(is_default_site=True).root_page.add_child(instance=page)
