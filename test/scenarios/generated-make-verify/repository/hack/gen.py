import json, sys
spec = json.load(open('api/routes.json'))
out = {'openapi': '3.0.0', 'paths': {r: {'get': {'operationId': n}} for n, r in sorted(spec.items())}}
open('docs/openapi.json', 'w').write(json.dumps(out, indent=2) + '\n')
