def tallies(context):
    return []


def checks(context):
    return []
