import handlers  # noqa: F401
import registry

assert registry.HANDLERS
