from allauth.account.models import EmailAddress


def oublier_les_autres_adresses(sender, instance, update_fields, **kwargs):
    """allauth signs in by any address it knows: the one an administrator has just corrected must not stay."""
    if update_fields is None or "email" in update_fields:
        EmailAddress.objects.filter(user=instance).exclude(email=instance.email).delete()
