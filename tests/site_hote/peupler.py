"""What a host has once people use the platform: two members, a network, a need; and its own webmaster, who is
no member. Prints the need's address."""

import json
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hote.settings")
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from mairie.models import HomePage  # noqa: E402
from wagtail.models import Page, Site  # noqa: E402

from besoins.models import Besoin  # noqa: E402
from reseau.models import Adhesion, Collectivite, Fonction, Membre, Reseau  # noqa: E402


def entrer(membre, commune, reseau):
    Fonction.objects.create(membre=membre, collectivite=commune, role=Fonction.Role.REFERENT)
    Adhesion.objects.create(membre=membre, reseau=reseau, niveau_courriel=Adhesion.Niveau.IMMEDIAT)
    return membre


def commune(nom, code_insee):
    return Collectivite.objects.create(nom=nom, nature=Collectivite.Nature.COMMUNE, code_insee=code_insee)


accueil = Page.objects.get(depth=1).add_child(instance=HomePage(title="Bienvenue à Forcé"))
Site.objects.update(root_page=accueil)

rst = Reseau.objects.create(nom="Réseau des services techniques", nom_court="Services techniques", slug="rst")
force, parne = commune("Forcé", "90001"), commune("Parné-sur-Roc", "90002")
# Léa was invited, and the platform made her account; Tom had his on the site, under a user name.
lea = entrer(Membre.inscrire("lea@communes.example", prenom="Léa", nom="Guérin"), force, rst)
compte = get_user_model().objects.create_user("tom", "tom@communes.example", "essai")
entrer(Membre.objects.create(utilisateur=compte, prenom="Tom", nom="Rivet"), parne, rst)
get_user_model().objects.create_superuser("rose", "rose@force.example", "essai")
besoin = Besoin.objects.create(
    titre="Nacelle pour l’élagage des platanes",
    corps="Deux jours en mars.",
    auteur=lea,
    collectivite=force,
    reseau=rst,
    visibilite=Besoin.Visibilite.PUBLIQUE,
)
besoin.publier(par=lea)
print(json.dumps(besoin.get_absolute_url()))
