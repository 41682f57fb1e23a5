import registry

registry.HANDLERS["a"] = print
