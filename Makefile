# Every command of the house. `make help` lists them; CONTRIBUTING.md explains the few that need it.
PYTHON ?= python3
VENV ?= .venv
# The plain word `python` of the recipes below is the environment's own.
export PATH := $(abspath $(VENV))/bin:$(PATH)
export PYTHONUNBUFFERED = 1
CATALOGUE = plateforme/socle/locale/fr/LC_MESSAGES/django

.DEFAULT_GOAL := help
.PHONY: help demo demo-neuf production-locale test bench check format messages verrous

help: ## Liste les commandes
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: installe-demo $(CATALOGUE).mo ## Démonstration complète sur http://localhost:8000 (PORT=… pour un autre port)
	@python manage.py servir --demo

demo-neuf: installe-demo $(CATALOGUE).mo ## La même, en repartant d'une base neuve
	@python manage.py servir --demo --neuf

production-locale: installe-dev $(CATALOGUE).mo ## La forme de la production sur cette machine (nginx, PostgreSQL, Redis)
	@python -m deploiement.production_locale

test: installe-dev $(CATALOGUE).mo ## Tous les tests que cette machine permet ; nomme les autres
	@python -m tests.lancer

bench: installe-dev $(CATALOGUE).mo ## Mesure la plateforme à côté de deux témoins (dix minutes, machine au repos)
	@python -m tests.bench

check: installe-dev $(CATALOGUE).mo ## Mise en forme, règles, flèches, migrations, gabarits, réglages, verrous
	@python -m deploiement.verifier

format: installe-dev ## Met en forme le Python et les gabarits
	@ruff check --fix . && ruff format .
	@git ls-files '*.html' | xargs -r djhtml

messages: installe-dev ## Relève les pluriels français dans le code et les gabarits
	@python -m deploiement.catalogue

verrous: installe-dev ## Recalcule les verrous de requirements/ (réseau nécessaire)
	@python -m deploiement.verrous

$(CATALOGUE).mo: $(CATALOGUE).po
	@python -m deploiement.catalogue --compiler

.PHONY: installe-demo installe-dev
installe-demo installe-dev: installe-%:
	@command -v $(PYTHON) >/dev/null || { echo "Il faut Python 3.11 ou plus récent : la commande $(PYTHON) est introuvable."; exit 1; }
	@$(PYTHON) deploiement/installer.py $* $(VENV)
