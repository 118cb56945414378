def droits_changes(membre):
    pass


def nouveaute(contribution):
    pass


def message_change(message):
    pass


def fil_change(contribution, revision):
    pass


def contribution_retiree(contribution):
    pass


def cloches(ids):
    pass
