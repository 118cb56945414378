"""The answers of a hundred correspondents: what their programs send, and what they themselves wrote.

Each program quotes, signs and encodes in its own way. `reponses(a)` yields (name, source, text) of answers
sent to the address `a` by `DE`; every person, address and number is fictional.
"""

# What a program sends on one line is shown on one line.
# ruff: noqa: E501

import base64
import quopri
from dataclasses import dataclass, field
from itertools import cycle, islice
from urllib.parse import quote

DE = "camille.morel@communes.example"
QUI = f"Camille Morel <{DE}>"
ORIGINAL = [
    "Bruno Petit (Changé) a répondu\u202f:",
    "",
    "Balayeuse de voirie pour les bourgs",
    "",
    "La nôtre est en panne jusqu’au 20. Qui peut nous dépanner deux jours\u202f?",
    "",
    "Lire et répondre\u202f: https://mutualisons.example/besoins/12/?message=3#message-3",
    "",
    "-- ",
    "Vous recevez ce courriel parce que vous avez demandé à être prévenu·e tout de suite.",
]
TEXTES = [
    "Oui, la nôtre est libre jeudi et vendredi.",
    "Bonjour,\n\nNous avons une balayeuse de 2 m³, réglée l’été dernier. Elle coûte 45 € l’heure avec chauffeur.",
    "D’accord pour moi.\n\nPouvez-vous venir la chercher à Louverné\u202f?\n\nMerci",
    "Voici ce qu’il faut prévoir :\n- un chauffeur avec le permis C ;\n- 40 litres de gazole ;\n- un point d’eau.",
    "Ça marche, à jeudi.",
]
# ISO-8859-1 has neither the curly apostrophe, nor the euro, nor the narrow space.
EN_LATIN1 = str.maketrans({"’": "'", "€": "euros", "\u202f": " ", "œ": "oe", "·": "."})


@dataclass
class Client:
    """A mail program: `corps(texte)` is what it sends once she has typed `texte`."""

    nom: str
    corps: callable
    html: bool = False
    alternative: bool = False
    en_tetes: dict = field(default_factory=dict)
    type: str = ""
    # What it does to the text before it leaves.
    attendu: callable = staticmethod(lambda texte: texte)


def cite(prefixe="> "):
    return "\n".join(f"{prefixe}{ligne}".rstrip() for ligne in ORIGINAL)


def brut():
    return "\n".join(ORIGINAL)


def en_divs(texte):
    return "".join(f"<div>{ligne or '<br>'}</div>" for ligne in texte.split("\n"))


def en_paragraphes(texte, classe="MsoNormal"):
    return "".join(
        f'<p class="{classe}">{ligne or "<o:p>&nbsp;</o:p>"}</p>' for ligne in texte.split("\n") if ligne
    )


def aere(texte):
    """What Outlook's paragraphs become: one line of text, one empty line."""
    return "\n\n".join(ligne for ligne in texte.split("\n") if ligne)


CARTE = (
    "Camille Morel\nResponsable des services techniques\nMairie de Louverné\n1 place de la Mairie, 53950 Louverné\n"
    "02 00 00 00 00"
)
AVERTISSEMENT = (
    "Ce message et ses pièces jointes sont confidentiels et établis à l’intention exclusive de leurs "
    "destinataires. Toute utilisation non conforme à leur destination est interdite."
)
EN_TETE_OUTLOOK = (
    "De : Mutualisons <ne-pas-repondre@mutualisons.example>\nEnvoyé : mardi 3 novembre 2026 08:12\n"
    "À : MOREL Camille <camille.morel@communes.example>\nObjet : Bruno Petit a répondu : Balayeuse de voirie"
)
EN_TETE_OUTLOOK_EN = (
    "From: Mutualisons <ne-pas-repondre@mutualisons.example>\nSent: Tuesday, November 3, 2026 8:12 AM\n"
    "To: Camille Morel <camille.morel@communes.example>\nSubject: Bruno Petit a répondu : Balayeuse de voirie"
)

CLIENTS = [
    Client(
        "thunderbird",
        lambda t: f"{t}\n\nLe 03/11/2026 à 08:12, Mutualisons a écrit :\n{cite()}\n",
        en_tetes={"User-Agent": "Mozilla Thunderbird"},
    ),
    Client(
        "thunderbird, below",
        lambda t: f"Le 03/11/2026 à 08:12, Mutualisons a écrit :\n{cite()}\n\n{t}\n\n-- \n{CARTE}\n",
    ),
    Client(
        "thunderbird, between",
        lambda t: (
            "On 03/11/2026 08:12, Mutualisons wrote:\n> Balayeuse de voirie pour les bourgs\n>\n"
            f"> Qui peut nous dépanner deux jours ?\n\n{t}\n\n> Lire et répondre :\n> https://mutualisons.example/\n"
        ),
    ),
    Client(
        "gmail",
        lambda t: (
            f"{t}\n\nLe mar. 3 nov. 2026 à 08:12, Mutualisons <ne-pas-repondre@mutualisons.example> a\n"
            f"écrit :\n\n{cite()}\n"
        ),
        alternative=True,
    ),
    Client(
        "gmail in english",
        lambda t: (
            f"{t}\n\nOn Tue, Nov 3, 2026 at 8:12 AM Mutualisons <\nne-pas-repondre@mutualisons.example> wrote:\n\n"
            f"{cite()}\n"
        ),
    ),
    Client(
        "gmail, html only",
        lambda t: (
            f'<div dir="ltr">{en_divs(t)}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">'
            "Le&nbsp;mar. 3 nov. 2026 à&nbsp;08:12, Mutualisons &lt;<a href='mailto:x@y.example'>"
            "ne-pas-repondre@mutualisons.example</a>&gt; a écrit&nbsp;:<br></div>"
            '<blockquote class="gmail_quote" style="margin:0">' + en_divs(brut()) + "</blockquote></div>"
        ),
        html=True,
    ),
    Client(
        "outlook",
        lambda t: f"{t}\n\nCordialement,\n\n{CARTE}\n\n{EN_TETE_OUTLOOK}\n\n{brut()}\n",
        en_tetes={"X-Mailer": "Microsoft Outlook 16.0", "Thread-Topic": "Balayeuse"},
    ),
    Client("outlook in english", lambda t: f"{t}\n\nRegards,\n{CARTE}\n\n{EN_TETE_OUTLOOK_EN}\n\n{brut()}\n"),
    Client(
        "outlook, html only",
        lambda t: (
            '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal{margin:0}</style>'
            f'</head><body lang=FR><div class=WordSection1>{en_paragraphes(t)}<p class="MsoNormal">Cordialement,</p>'
            + en_paragraphes(CARTE)
            + "<div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'>"
            "<p class=MsoNormal><b>De&nbsp;:</b> Mutualisons &lt;ne-pas-repondre@mutualisons.example&gt; <br>"
            "<b>Envoyé&nbsp;:</b> mardi 3 novembre 2026 08:12<br><b>À&nbsp;:</b> MOREL Camille<br>"
            "<b>Objet&nbsp;:</b> Balayeuse</p></div>" + en_paragraphes(brut()) + "</div></body></html>"
        ),
        html=True,
        attendu=aere,
    ),
    Client(
        "outlook web",
        lambda t: (
            f'<html><body><div class="elementToProof">{en_divs(t)}</div><div id="appendonsend"></div>'
            '<hr style="display:inline-block;width:98%"><div id="divRplyFwdMsg" dir="ltr"><font><b>De :</b> '
            "Mutualisons<br><b>Envoyé :</b> mardi 3 novembre 2026 08:12<br><b>À :</b> Camille<br><b>Objet :</b>"
            f" Balayeuse</font></div>{en_divs(brut())}</body></html>"
        ),
        html=True,
    ),
    Client(
        "outlook on a phone",
        lambda t: (
            f"{t}\n\nTélécharger Outlook pour Android<https://aka.ms/example>\n________________________________\n"
            f"From: Mutualisons <x@mutualisons.example>\nSent: Tuesday, November 3, 2026 8:12:00 AM\n"
            f"To: Camille Morel\nSubject: Balayeuse\n\n{brut()}\n"
        ),
    ),
    Client(
        "old outlook",
        lambda t: f"{t}\n\n-----Message d'origine-----\n{EN_TETE_OUTLOOK}\n\n{brut()}\n",
    ),
    Client(
        "iphone",
        lambda t: (
            f"{t}\n\nEnvoyé de mon iPhone\n\n> Le 3 nov. 2026 à 08:12, Mutualisons <x@mutualisons.example> a écrit :\n"
            f"> \n{cite()}\n"
        ),
        en_tetes={"X-Mailer": "iPhone Mail (23B85)"},
    ),
    Client(
        "iphone, html only",
        lambda t: (
            f'<html><body dir="auto">{en_divs(t)}<br><div dir="ltr">Envoyé de mon iPhone</div><div dir="ltr"><br>'
            '<blockquote type="cite">Le 3 nov. 2026 à 08:12, Mutualisons a écrit&nbsp;:<br><br></blockquote></div>'
            f'<blockquote type="cite"><div dir="ltr">{en_divs(brut())}</div></blockquote></body></html>'
        ),
        html=True,
    ),
    Client(
        "apple mail",
        lambda t: (
            f"{t}\n\n> Le 3 nov. 2026 à 08:12, Mutualisons <x@mutualisons.example> a écrit :\n>\n{cite()}\n"
        ),
        en_tetes={"X-Mailer": "Apple Mail (2.3826)"},
    ),
    Client(
        "samsung",
        lambda t: (
            f"{t}\n\nEnvoyé depuis mon appareil Galaxy\n\n-------- Message d’origine --------\n"
            f"De : Mutualisons <x@mutualisons.example>\nDate : 03/11/2026 08:12 (GMT+01:00)\n"
            f"À : camille.morel@communes.example\nObjet : Balayeuse\n\n{brut()}\n"
        ),
    ),
    Client(
        "roundcube",
        lambda t: f"{t}\n\n---\n{CARTE}\n\nLe 2026-11-03 08:12, Mutualisons a écrit :\n{cite()}\n".replace(
            "---", "-- "
        ),
        en_tetes={"User-Agent": "Roundcube Webmail/1.6"},
    ),
    Client(
        "zimbra",
        lambda t: (
            f'{t}\n\n\nDe: "Mutualisons" <x@mutualisons.example>\nÀ: "camille morel" <{DE}>\n'
            f"Envoyé: Mardi 3 Novembre 2026 08:12:00\nObjet: Bruno Petit a répondu : Balayeuse\n\n{brut()}\n"
        ),
        en_tetes={"X-Mailer": "Zimbra 9.0.0"},
    ),
    Client(
        "zimbra, html only",
        lambda t: (
            f'<html><body><div style="font-family: arial">{en_divs(t)}<br><br><div data-marker="__SIG_PRE__">-- <br>'
            f'{en_divs(CARTE)}</div><hr id="zwchr" data-marker="__DIVIDER__"><div data-marker="__HEADERS__"><b>De: </b>'
            '"Mutualisons"<br><b>À: </b>"camille"<br><b>Envoyé: </b>Mardi 3 Novembre 2026<br><b>Objet: </b>Balayeuse'
            f'<br></div><div data-marker="__QUOTED_TEXT__">{en_divs(brut())}</div></div></body></html>'
        ),
        html=True,
    ),
    Client(
        "orange",
        lambda t: (
            f'{t}\n\n\n> Message du 03/11/26 08:12\n> De : "Mutualisons" <x@mutualisons.example>\n> A : {DE}\n'
            f"> Copie à : \n> Objet : Balayeuse\n> \n{cite()}\n"
        ),
    ),
    Client(
        "a disclaimer",
        lambda t: (
            f"{t}\n\nBien cordialement,\n\n{CARTE}\n\n{AVERTISSEMENT}\n\nPensez à l’environnement avant d’imprimer ce "
            f"courriel.\n\nLe mar. 3 nov. 2026 à 08:12, Mutualisons a écrit :\n{cite()}\n"
        ),
    ),
    Client("nothing quoted", lambda t: f"{t}\n"),
    Client("nothing quoted, signed", lambda t: f"{t}\n\nBonne journée,\n\nCamille\n"),
    Client(
        "sogo",
        lambda t: (
            f"{t}\n\nLe Mardi, Novembre 03, 2026 08:12 CET, Mutualisons <x@mutualisons.example> a écrit:\n \n"
            f"{cite('> ')}\n"
        ),
    ),
    Client(
        "horde",
        lambda t: f"{t}\n\nMutualisons <x@mutualisons.example> a écrit :\n\n{cite()}\n",
    ),
    Client(
        "yahoo",
        lambda t: (
            f'<div class="ydp"><div>{en_divs(t)}</div><div><br></div></div><div id="yahoo_quoted" class="yahoo_quoted">'
            "<div>Le mardi 3 novembre 2026 à 08:12:00 UTC+1, Mutualisons &lt;x@mutualisons.example&gt; a écrit : </div>"
            f"<div><br></div><div>{en_divs(brut())}</div></div>"
        ),
        html=True,
    ),
]


def reponses(a, nombre=100):
    """`nombre` answers: every program, with each text, each charset and each encoding in turn."""
    encodages = cycle(["quoted-printable", "base64", "8bit"])
    jeux = cycle(["utf-8", "windows-1252", "iso-8859-1"])
    textes = cycle(TEXTES)
    for numero, (client, texte) in enumerate(islice(zip(cycle(CLIENTS), textes, strict=False), nombre)):
        jeu, encodage = next(jeux), next(encodages)
        if numero % 4 == 0:
            next(encodages)
        source, attendu = message(client, texte, a, jeu=jeu, encodage=encodage, numero=numero)
        yield f"{numero} {client.nom}, {jeu}, {encodage}", source, attendu


def message(client, texte, a, *, jeu="utf-8", encodage="8bit", numero=0):
    corps = client.corps(texte)
    if jeu != "utf-8":
        corps = corps.replace("\u202f", " ")
    if jeu == "iso-8859-1":
        corps = corps.translate(EN_LATIN1)
    attendu = client.attendu(texte)
    attendu = attendu.replace("\u202f", " ") if jeu != "utf-8" else attendu
    attendu = attendu.translate(EN_LATIN1) if jeu == "iso-8859-1" else attendu
    en_tetes = {
        "From": QUI,
        "To": a,
        "Subject": "Re: Bruno Petit a =?utf-8?q?r=C3=A9pondu?=",
        "Message-ID": f"<{numero}.reponse@communes.example>",
        "Date": "Tue, 3 Nov 2026 09:00:00 +0100",
        "MIME-Version": "1.0",
        **client.en_tetes,
    }
    sous_type = "html" if client.html else "plain"
    partie = en_partie(corps, sous_type, jeu, encodage)
    if client.alternative:
        html = en_partie("<div>" + corps.replace("\n", "<br>") + "</div>", "html", jeu, encodage)
        partie = en_plusieurs("alternative", partie, html)
    lignes = [f"{nom}: {valeur}" for nom, valeur in en_tetes.items()]
    return "\r\n".join(lignes).encode() + b"\r\n" + partie, attendu


def en_partie(corps, sous_type="plain", jeu="utf-8", encodage="8bit"):
    octets = corps.replace("\n", "\r\n").encode(jeu)
    if encodage == "base64":
        octets = base64.encodebytes(octets)
    elif encodage == "quoted-printable":
        octets = quopri.encodestring(octets.replace(b"\r\n", b"\n"))
    en_tete = (
        f'Content-Type: text/{sous_type}; charset="{jeu}"\r\nContent-Transfer-Encoding: {encodage}\r\n\r\n'
    )
    return en_tete.encode() + octets


def en_plusieurs(sous_type, *parties, borne="=_borne", parametres=""):
    corps = b"".join(b"--" + borne.encode() + b"\r\n" + partie + b"\r\n" for partie in parties)
    en_tete = f'Content-Type: multipart/{sous_type}{parametres}; boundary="{borne}"\r\n\r\n'
    return en_tete.encode() + corps + b"--" + borne.encode() + b"--\r\n"


def en_fichier(nom, contenu, type_="application/octet-stream", extra=""):
    en_tete = (
        f"Content-Type: {type_}\r\nContent-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: attachment; filename*=utf-8''{quote(nom)}\r\n{extra}\r\n"
    )
    return en_tete.encode() + base64.encodebytes(contenu)


def courriel(a, corps, de=QUI, identifiant="<une.reponse@communes.example>", **en_tetes):
    """A mail whose body (with its Content-Type) is given; `en_tetes`: with _ for -."""
    noms = {"From": de, "To": a, "Message-ID": identifiant, "MIME-Version": "1.0"}
    noms |= {nom.replace("_", "-"): valeur for nom, valeur in en_tetes.items()}
    return "\r\n".join(f"{nom}: {valeur}" for nom, valeur in noms.items()).encode() + b"\r\n" + corps


BONJOUR = en_partie("Bonjour, la nôtre est libre jeudi.")
