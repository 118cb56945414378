"""The public documents as machines read them: Schema.org for search engines, DCAT for portals of open data, a
table for whoever has a spreadsheet. Of people, nothing: who publishes is a collectivité."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from .models import Ressource, Version

LICENCES = {
    Ressource.Licence.OUVERTE: "https://spdx.org/licenses/etalab-2.0.html",
    Ressource.Licence.CC_BY_SA: "https://creativecommons.org/licenses/by-sa/4.0/",
}
# What a spreadsheet opens is data for Schema.org, the rest is a text.
FORMATS_DE_DONNEES = {"csv", "ods", "xlsx"}
LANGUE = "http://publications.europa.eu/resource/authority/language/FRA"
TYPE_IANA = "https://www.iana.org/assignments/media-types/"
CONTEXTE_DCAT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def completer(documents):
    """These documents with what describes them, the newest first: two statements, however many there are."""
    lignes = documents.select_related("collectivite", "thematique__parent").defer("corps_html")
    lignes = list(lignes.recentes_d_abord())
    versions = Version.objects.courantes().filter(ressource__in=documents.order_by().values("pk"))
    par_document = {v.ressource_id: v for v in versions.defer("texte")}
    # One that was withdrawn between the two is in neither.
    return [(ressource, par_document[ressource.pk]) for ressource in lignes if ressource.pk in par_document]


def mots_de(choix):
    """{value: label}, read once for a whole table: Django's own display goes through them all each time."""
    return {valeur: str(mot) for valeur, mot in choix.choices}


def adresse_courte(ressource):
    """The address to cite: short, and for ever."""
    return reverse("ressources_docs:court", args=[ressource.pk])


def mots_cles(ressource):
    reperes = ressource.reperes
    return [nom for _code, nom in [*reperes.get("domaines", ()), *reperes.get("etiquettes", ())]]


def en_schema_org(ressource, version, absolue):
    """`absolue`: what makes an address of ours complete."""
    est_un_tableau = ressource.format in FORMATS_DE_DONNEES
    editeur = {"@type": "GovernmentOrganization", "name": ressource.collectivite.nom}
    fichier = {
        "@type": "DataDownload" if est_un_tableau else "MediaObject",
        "contentUrl": absolue(ressource.url_du_fichier),
    }
    if not ressource.est_un_lien:
        fichier |= {
            "encodingFormat": version.type_mime,
            "contentSize": f"{version.taille} B",
            "sha256": version.empreinte,
        }
    return _rempli(
        {
            "@context": "https://schema.org",
            "@type": "Dataset" if est_un_tableau else "DigitalDocument",
            "@id": absolue(adresse_courte(ressource)),
            "name": ressource.titre,
            "description": ressource.resume or ressource.en_bref,
            "url": absolue(ressource.get_absolute_url()),
            "inLanguage": "fr",
            "genre": None if est_un_tableau else ressource.get_nature_display(),
            "dateCreated": _jour(ressource.date_du_document),
            "datePublished": _instant(ressource.publie_le),
            "dateModified": _instant(ressource.modifie_le or ressource.publie_le),
            "version": str(ressource.numero),
            "license": LICENCES.get(ressource.licence),
            "isAccessibleForFree": True,
            "isBasedOn": ressource.source,
            "keywords": mots_cles(ressource),
            "author": {"@type": "Organization", "name": ressource.service_auteur}
            if ressource.service_auteur
            else editeur,
            "publisher": editeur,
            "distribution" if est_un_tableau else "encoding": fichier,
        }
    )


def en_dcat(page, documents, request):
    absolue = request.build_absolute_uri
    adresse = absolue(page.get_url(request))
    fiches, natures = completer(documents), mots_de(Ressource.Nature)
    modifie = max((r.modifie_le or r.publie_le for r, _version in fiches), default=None)
    return {
        "@context": CONTEXTE_DCAT,
        **_rempli(
            {
                "@id": adresse,
                "@type": "dcat:Catalog",
                "dct:title": _en_francais(page.title),
                "dct:description": _en_francais(page.search_description or page.title),
                "dct:publisher": _organisme(page.nom_de_l_editeur(request)),
                "dct:language": {"@id": LANGUE},
                "dct:modified": _date(modifie),
                "foaf:homepage": {"@id": adresse},
            }
        ),
        "dcat:dataset": [_jeu(*fiche, absolue, natures) for fiche in fiches],
    }


def _jeu(ressource, version, absolue, natures):
    licence = LICENCES.get(ressource.licence)
    diffusion = {
        "@type": "dcat:Distribution",
        "dct:title": _en_francais(ressource.titre),
        "dcat:accessURL": {"@id": absolue(ressource.get_absolute_url())},
        "dcat:downloadURL": {"@id": absolue(ressource.url_du_fichier)},
        "dct:license": licence and {"@id": licence},
        "dct:rights": None if licence else _en_francais(ressource.get_licence_display() or _("non précisée")),
    }
    if not ressource.est_un_lien:
        diffusion |= {
            "dcat:mediaType": {"@id": f"{TYPE_IANA}{version.type_mime}"},
            "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(version.taille)},
            "spdx:checksum": {
                "@type": "spdx:Checksum",
                "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
                "spdx:checksumValue": version.empreinte,
            },
        }
    return _rempli(
        {
            "@id": absolue(adresse_courte(ressource)),
            "@type": "dcat:Dataset",
            "dct:identifier": absolue(adresse_courte(ressource)),
            "dct:title": _en_francais(ressource.titre),
            "dct:description": _en_francais(ressource.resume or ressource.en_bref),
            "dct:type": _en_francais(natures[ressource.nature]),
            "dct:issued": _date(ressource.publie_le),
            "dct:modified": _date(ressource.modifie_le or ressource.publie_le),
            "dct:created": _date(ressource.date_du_document),
            "dct:publisher": _organisme(ressource.collectivite.nom),
            "dct:creator": _organisme(ressource.service_auteur) if ressource.service_auteur else None,
            "dct:source": ressource.source,
            "dct:language": {"@id": LANGUE},
            "dct:accessRights": {
                "@id": "http://publications.europa.eu/resource/authority/access-right/PUBLIC"
            },
            "dcat:keyword": [_en_francais(mot) for mot in mots_cles(ressource)],
            "dcat:landingPage": {"@id": absolue(ressource.get_absolute_url())},
            "dcat:version": str(ressource.numero),
            "dcat:distribution": [_rempli(diffusion)],
        }
    )


def entetes():
    return [
        _("adresse permanente"),
        _("titre"),
        _("résumé"),
        _("nature"),
        _("dossier"),
        _("domaines et étiquettes"),
        _("collectivité"),
        _("SIREN"),
        _("service auteur"),
        _("source"),
        _("licence"),
        _("références juridiques"),
        _("date du document"),
        _("publié le"),
        _("modifié le"),
        _("à jour au"),
        _("version"),
        _("format"),
        _("taille en octets"),
        _("fichier"),
        _("empreinte SHA-256"),
    ]


def lignes(documents, absolue):
    natures, licences = mots_de(Ressource.Nature), mots_de(Ressource.Licence)
    for ressource, version in completer(documents):
        yield [
            absolue(adresse_courte(ressource)),
            ressource.titre,
            ressource.resume,
            natures[ressource.nature],
            str(ressource.thematique or ""),
            ", ".join(mots_cles(ressource)),
            ressource.collectivite.nom,
            ressource.collectivite.siren,
            ressource.service_auteur,
            ressource.source,
            licences.get(ressource.licence),
            ressource.references_juridiques,
            ressource.date_du_document,
            ressource.publie_le,
            ressource.modifie_le,
            ressource.a_jour_au,
            ressource.numero,
            ressource.format,
            ressource.taille or None,
            absolue(ressource.url_du_fichier),
            version.empreinte,
        ]


def _rempli(champs):
    """Without what is not known."""
    return {nom: valeur for nom, valeur in champs.items() if valeur not in (None, "", [])}


def _jour(jour):
    return jour and jour.isoformat()


def _instant(instant):
    return instant and timezone.localtime(instant).isoformat(timespec="seconds")


def _date(quand):
    if quand is None:
        return None
    precis = hasattr(quand, "hour")
    return {
        "@type": "xsd:dateTime" if precis else "xsd:date",
        "@value": _instant(quand) if precis else _jour(quand),
    }


def _en_francais(texte):
    return {"@language": "fr", "@value": str(texte)}


def _organisme(nom):
    return {"@type": "foaf:Organization", "foaf:name": nom}
