"""Whatever is said of a commune, in whatever order and by whomever, the ladder of a project holds."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from besoins.models import Acte, Position, PositionDite, Projet
from reseau.models import Fonction
from tests.fabriques import faire_commune, faire_membre, faire_projet, faire_reseau
