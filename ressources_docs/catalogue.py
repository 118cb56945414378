"""The public documents as machines read them: Schema.org for search engines, DCAT for portals of open data, a
table for whoever has a spreadsheet. Of people, nothing: who publishes is a collectivité."""

import json
from hashlib import sha256

from django.db.models import TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .models import Ressource, Version

LICENCES = {
    Ressource.Licence.OUVERTE: "https://spdx.org/licenses/etalab-2.0.html",
    Ressource.Licence.CC_BY_SA: "https://creativecommons.org/licenses/by-sa/4.0/",
}
# What a spreadsheet opens is data for Schema.org, the rest is a text.
FORMATS_DE_DONNEES = {"csv", "ods", "xlsx"}
DE_L_UNION = "http://publications.europa.eu/resource/authority"
LANGUE = f"{DE_L_UNION}/language/FRA"
ACCES_PUBLIC = f"{DE_L_UNION}/access-right/PUBLIC"
THEME = f"{DE_L_UNION}/data-theme/GOVE"  # government and public sector
TYPE_IANA = "https://www.iana.org/assignments/media-types/"
CONTEXTE_DCAT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
# The Union's names of formats, where they are not the extension.
FORMATS = {"jpg": "JPEG"}
LOT = 500
# All that a catalogue says of a document: a version never changes, its number says which one it is.
DITS = [
    *("pk", "ouvert_le", "modifie_le", "titre", "corps", "nature", "service_auteur", "source", "licence"),
    *("references_juridiques", "date_du_document", "a_jour_au", "numero", "format", "taille"),
    *("collectivite__nom", "collectivite__siren", "collectivite__code_insee"),
    *("thematique__libelle", "thematique__parent__libelle"),
]


class Releve:
    """What these documents are at this instant: their ids, the newest first, the last change, and a print of
    all that is said of them. One statement, and of each only its id is kept."""

    def __init__(self, documents):
        self.documents, self.ids, self.modifie_le = documents, [], None
        empreinte = sha256(get_language().encode())
        lignes = documents.ouvertes_d_abord().values_list(*DITS, Cast("reperes", TextField()))
        for ligne in lignes.iterator(chunk_size=LOT):
            pk, ouvert_le, modifie_le, *_autres = ligne
            self.ids.append(pk)
            self.modifie_le = max(filter(None, (self.modifie_le, ouvert_le, modifie_le)))
            empreinte.update(repr(ligne).encode())
        self._empreinte = empreinte

    def etag(self, *dits):
        """Of an answer that says this as well."""
        empreinte = self._empreinte.copy()
        empreinte.update(repr(dits).encode())
        return f'W/"{empreinte.hexdigest()[:32]}"'

    def fiches(self):
        """(document, its version): two statements a batch, so that a long catalogue takes no more memory than
        a short one. By the door again: what became private since is left out."""
        documents = self.documents.order_by().select_related("collectivite", "thematique__parent")
        versions = Version.objects.courantes().defer("texte")
        for debut in range(0, len(self.ids), LOT):
            lot = self.ids[debut : debut + LOT]
            par_id = documents.defer("corps_html").in_bulk(lot)
            par_document = {v.ressource_id: v for v in versions.filter(ressource__in=lot)}
            yield from ((par_id[pk], par_document[pk]) for pk in lot if pk in par_id and pk in par_document)


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
            "datePublished": _instant(ressource.ouvert_le),
            "dateModified": _instant(ressource.modifie_le or ressource.ouvert_le),
            "version": str(ressource.numero),
            "license": LICENCES.get(ressource.licence),
            "isAccessibleForFree": True,
            "isBasedOn": {"@type": "CreativeWork", "name": ressource.source} if ressource.source else None,
            "keywords": mots_cles(ressource),
            "author": {"@type": "Organization", "name": ressource.service_auteur}
            if ressource.service_auteur
            else editeur,
            "publisher": editeur,
            "distribution" if est_un_tableau else "encoding": fichier,
        }
    )


def en_dcat(page, releve, request):
    """The pieces of the JSON-LD, one document after the other."""
    absolue, natures = request.build_absolute_uri, mots_de(Ressource.Nature)
    adresse = absolue(page.get_url(request))
    catalogue = {
        "@context": CONTEXTE_DCAT,
        **_rempli(
            {
                "@id": adresse,
                "@type": "dcat:Catalog",
                "dct:title": _en_francais(page.title),
                "dct:description": _en_francais(page.search_description or page.title),
                "dct:publisher": _organisme(page.nom_de_l_editeur(request)),
                "dct:language": {"@id": LANGUE},
                "dct:modified": _date(releve.modifie_le),
                "foaf:homepage": {"@id": adresse},
                "dcat:themeTaxonomy": {"@id": f"{DE_L_UNION}/data-theme"},
            }
        ),
    }
    yield f'{_json(catalogue)[:-1]}, "dcat:dataset": ['
    for rang, fiche in enumerate(releve.fiches()):
        yield f"{',' if rang else ''}{_json(_jeu(*fiche, absolue, natures))}"
    yield "]}"


def _json(donnees):
    return json.dumps(donnees, ensure_ascii=False)


def _jeu(ressource, version, absolue, natures):
    licence = LICENCES.get(ressource.licence)
    diffusion = {
        "@type": "dcat:Distribution",
        "dct:title": _en_francais(ressource.titre),
        "dcat:accessURL": {"@id": absolue(ressource.get_absolute_url())},
        "dcat:downloadURL": {"@id": absolue(ressource.url_du_fichier)},
        "dct:license": licence and {"@id": licence},
    }
    if not licence:
        droits = ressource.get_licence_display() or _("non précisée")
        diffusion["dct:rights"] = _dit("dct:RightsStatement", droits)
    if not ressource.est_un_lien:
        format_ = FORMATS.get(ressource.format, ressource.format.upper())
        diffusion |= {
            "dcat:mediaType": {"@id": f"{TYPE_IANA}{version.type_mime}"},
            "dct:format": {"@id": f"{DE_L_UNION}/file-type/{format_}"},
            "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(version.taille)},
            "spdx:checksum": {
                "@type": "spdx:Checksum",
                "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
                "spdx:checksumValue": {"@type": "xsd:hexBinary", "@value": version.empreinte},
            },
        }
    return _rempli(
        {
            "@id": absolue(adresse_courte(ressource)),
            "@type": "dcat:Dataset",
            "dct:identifier": absolue(adresse_courte(ressource)),
            "dct:title": _en_francais(ressource.titre),
            "dct:description": _en_francais(ressource.resume or ressource.en_bref),
            "dct:type": {"@type": "skos:Concept", "skos:prefLabel": _en_francais(natures[ressource.nature])},
            "dcat:theme": [{"@id": THEME}],
            "dct:issued": _date(ressource.ouvert_le),
            "dct:modified": _date(ressource.modifie_le or ressource.ouvert_le),
            "dct:created": _date(ressource.date_du_document),
            "dct:publisher": _organisme(ressource.collectivite.nom),
            "dct:creator": _organisme(ressource.service_auteur) if ressource.service_auteur else None,
            "dct:provenance": _dit("dct:ProvenanceStatement", ressource.source) if ressource.source else None,
            "dct:spatial": _territoire(ressource.collectivite),
            "dct:language": {"@id": LANGUE},
            "dct:accessRights": {"@id": ACCES_PUBLIC},
            "dcat:keyword": [_en_francais(mot) for mot in mots_cles(ressource)],
            "dcat:landingPage": {"@id": absolue(ressource.get_absolute_url())},
            "dcat:version": str(ressource.numero),
            "dcat:distribution": [_rempli(diffusion)],
        }
    )


def sur_une_ligne(texte):
    """A line break inside a cell is lost, or breaks the row, in what opens a table."""
    return " ; ".join(ligne.strip() for ligne in texte.splitlines() if ligne.strip())


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


def lignes(releve, absolue):
    natures, licences = mots_de(Ressource.Nature), mots_de(Ressource.Licence)
    for ressource, version in releve.fiches():
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
            sur_une_ligne(ressource.references_juridiques),
            ressource.date_du_document,
            ressource.ouvert_le,
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


def _dit(type_, texte):
    return {"@type": type_, "rdfs:label": _en_francais(texte)}


def _territoire(collectivite):
    """By its name and its official code: an address of INSEE's cannot be told from it."""
    lieu = {
        "@type": "dct:Location",
        "skos:prefLabel": _en_francais(collectivite.nom),
        "dct:identifier": collectivite.code_insee or collectivite.siren,
    }
    return _rempli(lieu)
