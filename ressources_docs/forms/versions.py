from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import Formulaire, Jour, UneFois
from plateforme.socle.texte import entier

from ..models import Version
from .doublons import DoublonsMixin
from .ouvertures import verifications_field
from .ressources import AdresseDuDocument, UnFichierField, controler_la_relecture


class RemplacementForm(DoublonsMixin, UneFois, Formulaire, forms.ModelForm):
    """Another file, or another link; what is public is looked at again before everybody reads it."""

    fichier = UnFichierField(label=_("Le nouveau fichier"), required=False)
    lien = AdresseDuDocument(label=_("Ou son lien"), required=False)
    a_jour_au = forms.DateField(label=_("À jour au"), required=False, widget=Jour)
    relire_le = forms.DateField(label=_("À relire le"), required=False, widget=Jour)

    class Meta:
        model = Version
        fields = ["motif"]
        labels = {"motif": _("Ce qui change")}
        help_texts = {"motif": _("Une phrase, pour ceux qui avaient l’ancienne version.")}

    def __init__(self, *args, ressource, membre, **kwargs):
        super().__init__(*args, **kwargs)
        self.ressource, self.membre = ressource, membre
        self.fields["motif"].required = True
        self.fields["fichier"].sans_mention = self.fields["lien"].sans_mention = True
        if ressource.est_publique:
            self.fields["verifie"] = verifications_field()

    def clean(self):
        donnees = super().clean()
        fiche, lien = donnees.get("fichier"), donnees.get("lien")
        if not {"fichier", "lien"} & set(self.errors) and bool(fiche) == bool(lien):
            refus = (
                _("Un fichier ou un lien, pas les deux.")
                if lien
                else _("Choisissez un fichier, ou donnez un lien.")
            )
            self.add_error("fichier", refus)
        if fiche:
            self.refuser_le_doublon("fichier", fiche)
        controler_la_relecture(self, donnees)
        return donnees

    def refuser_le_doublon(self, champ, fiche):
        """The very file that it serves now changes nothing."""
        version = self.ressource.version
        if version and version.empreinte == fiche.empreinte:
            self.add_error(champ, _("C’est déjà le fichier de ce document."))
            return
        super().refuser_le_doublon(champ, fiche)

    def remplacer(self):
        """The version, or None with the reason among the errors."""
        try:
            return self.une_fois(self._remplacer, Version.objects.filter(par=self.membre))
        except ValidationError as refus:
            self.add_error("fichier", refus.messages)
            return None

    def _remplacer(self):
        d = self.cleaned_data
        a_jour_au = d.get("a_jour_au")
        relire_le = d.get("relire_le") or self.ressource.relecture_par_defaut(
            self.ressource.nature, a_jour_au
        )
        dates = {"a_jour_au": a_jour_au, "relire_le": relire_le}
        return self.ressource.remplacer(
            par=self.membre,
            fiche=d.get("fichier"),
            lien=d.get("lien") or "",
            motif=d["motif"],
            envoi=self.envoi,
            verifie=d.get("verifie", ()),
            **dates,
        )


class RepriseForm(Formulaire, forms.Form):
    """An older version comes back, as a new one."""

    motif = forms.CharField(
        label=_("Pourquoi y revenir"),
        max_length=250,
        help_text=_("Une phrase, pour ceux qui avaient la dernière version."),
    )

    def __init__(self, *args, ressource, **kwargs):
        super().__init__(*args, **kwargs)
        self.ressource = ressource
        if ressource.est_publique:
            self.fields["verifie"] = verifications_field()

    def reprendre(self, version, *, par):
        """The new version, or None with the reason among the errors."""
        motif = _("retour à la version %(n)s : %(motif)s")
        dit = motif % {"n": version.numero, "motif": self.cleaned_data["motif"]}
        try:
            return self.ressource.remplacer(
                par=par, reprise=version, motif=dit, verifie=self.cleaned_data.get("verifie", ())
            )
        except ValidationError as refus:
            self.add_error(None, refus)
            return None


class ComparaisonForm(Formulaire, forms.Form):
    """Two of its versions."""

    de = forms.TypedChoiceField(label=_("Version"), coerce=int, required=False)
    a = forms.TypedChoiceField(label=_("comparée à"), coerce=int, required=False)

    def __init__(self, data, *, versions):
        self.par_numero = {version.numero: version for version in versions}
        demandes = [entier(data.get(nom, "")) for nom in ("de", "a")]
        # The last two, the older one first, where nothing else is asked.
        recentes = sorted(self.par_numero)[-2:] or [None]
        choisis = zip(demandes, (recentes[0], recentes[-1]), strict=True)
        self.numeros = [n if n in self.par_numero else par_defaut for n, par_defaut in choisis]
        super().__init__(dict(zip(("de", "a"), self.numeros, strict=True)))
        choix = [(v.numero, f"{v.numero}, {v.depose_le:%d/%m/%Y}") for v in versions]
        for nom in ("de", "a"):
            self.fields[nom].choices, self.fields[nom].sans_mention = choix, True

    @property
    def choisies(self):
        """The two versions, the older one first; or None where there are not two."""
        if None in self.numeros or len(set(self.numeros)) < 2:
            return None
        return [self.par_numero[numero] for numero in sorted(self.numeros)]
