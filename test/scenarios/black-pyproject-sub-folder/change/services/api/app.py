NAME = 'api'


def describe(name, version, environment, region, owner):
    return f'{name} {version}' + environment + region + owner + NAME
