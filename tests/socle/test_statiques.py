import shutil
from pathlib import Path

from django.core.files.storage import FileSystemStorage

from plateforme.socle.statiques import StatiquesEnUnFichier


def test_collectstatic_puts_the_imported_files_in_place_of_the_imports(tmp_path):
    source = tmp_path / "source"
    (source / "socle" / "js").mkdir(parents=True)
    (source / "socle" / "plateforme.css").write_text('@layer a;\n@import "a.css";\n')
    (source / "socle" / "a.css").write_text('@import "b.css";\na { color: red }\n')
    (source / "socle" / "b.css").write_text("/* Why. */\nb { color: blue }\n")
    (source / "socle" / "js" / "plateforme.js").write_text('import "./a.js";\nimport "./b.js";\n')
    (source / "socle" / "js" / "a.js").write_text("// Why.\nconst nom = 1 // a\n")
    (source / "socle" / "js" / "b.js").write_text("const nom = 2\n")
    origine = FileSystemStorage(source)
    collecte = StatiquesEnUnFichier(location=tmp_path / "racine", base_url="/static/")
    noms = [str(fichier.relative_to(source)) for fichier in source.rglob("*.*")]

    def collecter():
        for nom in noms:  # as collectstatic does: a file that did not change is not copied again
            copie = tmp_path / "racine" / nom
            if not copie.exists() or (source / nom).stat().st_mtime > copie.stat().st_mtime:
                copie.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source / nom, copie)
        collecte.hashed_files.clear()
        list(collecte.post_process({nom: (origine, nom) for nom in noms}))
        return [
            Path(collecte.path(collecte.stored_name(nom))).read_text()
            for nom in ["socle/plateforme.css", "socle/js/plateforme.js"]
        ]

    css, js = collecter()
    assert css == "@layer a;\nb { color: blue }\na { color: red }\n"
    assert js == "{\nconst nom = 1 // a\n}\n{\nconst nom = 2\n}\n"

    (source / "socle" / "b.css").write_text("b { color: green }\n")
    assert "green" in collecter()[0], "an unchanged entry file takes what its parts have become"
