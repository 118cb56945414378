from django.db import migrations, models

MOTS = {
    "systemes-information": "informatique logiciel serveur telephonie sauvegarde cybersecurite messagerie sig",
    "voirie": "route chaussee trottoir enrobe deneigement salage fauchage fosse balayeuse signalisation marquage",
    "espaces-verts": "tonte tondeuse desherbage desherbeur elagage arbre fleurissement gazon haie cimetiere broyeur",
    "eclairage-public": "lampadaire luminaire candelabre illuminations guirlande nacelle",
    "proprete-urbaine": "balayage balayeuse laveuse corbeille graffiti tag nettoyage canine",
    "batiments-patrimoine": "toiture chaudiere chauffage ecole salle eglise amiante isolation menuiserie serrure",
    "amenagement": "lotissement zac bourg place stationnement parking jeux",
    "urbanisme": "permis plui plu cadastre declaration instruction ads",
    "reseaux": "assainissement canalisation branchement fuite pluvial eaux egout curage hydrocurage",
    "dechets": "dechetterie decheterie compostage bac tri encombrants depot",
    "parc-automobile": "vehicule camion utilitaire tracteur carburant garage controle minibus",
    "ingenierie-expertise": "diagnostic maitrise oeuvre geometre topographie cctp",
    "mobilite-cadre-de-vie": "velo cyclable bus covoiturage pieton accessibilite ralentisseur vitesse",
}


def installer(apps, schema_editor):
    Domaine = apps.get_model("reseau", "Domaine")
    for code, mots in MOTS.items():
        Domaine.objects.filter(code=code, mots="").update(mots=mots)


class Migration(migrations.Migration):

    dependencies = [
        ("reseau", "0020_questions_frequentes"),
    ]

    operations = [
        migrations.AddField(
            model_name="domaine",
            name="mots",
            field=models.CharField(
                blank=True,
                help_text="Séparés par des espaces\u202f: qui écrit l’un d’eux n’a pas à choisir ce domaine.",
                max_length=500,
                verbose_name="mots qui l’annoncent",
            ),
        ),
        migrations.RunPython(installer, migrations.RunPython.noop),
    ]
