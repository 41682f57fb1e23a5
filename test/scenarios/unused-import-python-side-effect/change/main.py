import handlers  # registers the handlers
import registry

assert registry.HANDLERS
