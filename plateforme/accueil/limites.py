"""How often one may try to sign in. Counted in the database: allauth's own limits live in a cache."""

from datetime import timedelta

from plateforme.socle.limites import HEURE, Limite, adresse_ip, consommer

ESSAIS_PAR_CODE = Limite("code", 3, HEURE)
ESSAIS_PAR_ADRESSE = Limite("code-adresse", 20, HEURE)
# A town hall leaves by one IP address, and sometimes a whole network meets in one room.
ESSAIS_PAR_IP = Limite("code-ip", 300, HEURE)
MOTS_DE_PASSE_PAR_ADRESSE = Limite("mot-de-passe-adresse", 20, HEURE)
MOTS_DE_PASSE_PAR_IP = Limite("mot-de-passe-ip", 200, HEURE)
VALIDATIONS_PAR_COMPTE = Limite("validation", 10, timedelta(minutes=10))
APPLICATION_UNE_FOIS = Limite("application", 1, timedelta(minutes=2))
DELAI_ENTRE_ENVOIS = timedelta(seconds=30)
# By address *and* IP: a stranger who asks for codes in her name must not keep a member out.
ENVOIS_RAPPROCHES = Limite("envoi-delai", 1, DELAI_ENTRE_ENVOIS)
ENVOIS_PAR_DEMANDEUR = Limite("envoi-demandeur", 8, HEURE)
ENVOIS_PAR_ADRESSE = Limite("envoi-adresse", 30, HEURE)
ENVOIS_PAR_IP = Limite("envoi-ip", 200, HEURE)
MESSAGES_PAR_ADRESSE = Limite("contact-adresse", 5, HEURE)
MESSAGES_PAR_IP = Limite("contact-ip", 20, HEURE)
# Writing a mail takes some milliseconds more than not writing it: no answer comes before this many seconds.
DUREE_EGALE = 0.25


def essai_de_code(request, code_id, adresse):
    ip = adresse_ip(request)
    return consommer(
        (ESSAIS_PAR_CODE, code_id),
        # And IP: a stranger's wrong codes must not keep a member out. `ENVOIS_PAR_ADRESSE` bounds them all.
        (ESSAIS_PAR_ADRESSE, f"{adresse} {ip}"),
        (ESSAIS_PAR_IP, ip),
    )


def essai_de_mot_de_passe(request, adresse):
    return consommer(
        (MOTS_DE_PASSE_PAR_ADRESSE, adresse),
        (MOTS_DE_PASSE_PAR_IP, adresse_ip(request)),
    )


def envoi_de_code(request, adresse):
    ip = adresse_ip(request)
    return consommer(
        (ENVOIS_RAPPROCHES, f"{adresse} {ip}"),
        (ENVOIS_PAR_DEMANDEUR, f"{adresse} {ip}"),
        (ENVOIS_PAR_ADRESSE, adresse),
        (ENVOIS_PAR_IP, ip),
    )


def message_de_contact(request, adresse):
    return consommer((MESSAGES_PAR_ADRESSE, adresse), (MESSAGES_PAR_IP, adresse_ip(request)))
