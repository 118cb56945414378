"""One person for the address book of a phone.

Version 3.0, which Outlook and every phone read; RFC 6350 (4.0) escapes and folds in the same way.
"""

from .texte import nettoyer

TYPE_VCARD = "text/vcard; charset=utf-8"
LIGNE_MAX = 75  # octets, without the line break


def en_vcard(*, prenom, nom, organisations=(), titre="", telephone="", courriel="", adresse=""):
    lignes = [
        "BEGIN:VCARD",
        "VERSION:3.0",
        f"N:{_texte(nom)};{_texte(prenom)};;;",
        f"FN:{_texte(f'{prenom} {nom}'.strip())}",
    ]
    if organisations:
        lignes.append(f"ORG:{_texte(', '.join(dict.fromkeys(organisations)))}")
    for propriete, valeur in (
        ("TITLE", titre),
        ("TEL;TYPE=WORK,VOICE", telephone),
        ("EMAIL;TYPE=INTERNET,WORK", courriel),
        ("URL", adresse),
    ):
        if valeur:
            lignes.append(f"{propriete}:{_texte(valeur)}")
    lignes.append("END:VCARD")
    return "".join(f"{_pliee(ligne)}\r\n" for ligne in lignes)


def _texte(valeur):
    """RFC 6350, 3.4: backslashes, commas, semicolons and line breaks would be read as parts of the card."""
    texte = nettoyer(str(valeur)).replace("\\", "\\\\")
    for separateur in ",;":
        texte = texte.replace(separateur, f"\\{separateur}")
    return "\\n".join(texte.splitlines())


def _pliee(ligne):
    """RFC 6350, 3.2: no line beyond 75 octets, none cut inside a letter; what follows begins by a space."""
    morceaux, octets = [""], 0
    for lettre in ligne:
        taille = len(lettre.encode())
        if octets + taille > LIGNE_MAX:
            morceaux.append("")
            octets = 1
        morceaux[-1] += lettre
        octets += taille
    return "\r\n ".join(morceaux)
