"""The engines under `plateforme.socle.recherche`, and the French that they share."""
