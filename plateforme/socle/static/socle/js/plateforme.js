// Behaviours of every page, one per file. collectstatic puts the files in place of the imports (plateforme/socle/statiques.py).
import "./arrivees.js";
import "./dates.js";
import "./menus.js";
import "./textes.js";
import "./brouillons.js";
import "./foyer.js";
import "./une-fois.js";
import "./echecs.js";
import "./fil.js";
import "./cloche.js";
import "./nouveautes.js";
import "./suggestions.js";
import "./completion.js";
import "./raccourci.js";
import "./filtres.js";
import "./imprimer.js";
import "./direct.js";
