import type { ToolWordings } from './tool-wording.ts';

export const PYTHON: ToolWordings = {
  pip: [
    ['dependency-conflict', 'ERROR: Cannot install a and b==2.0 because these package versions have conflicting dependencies.'],
    [
      'dependency-conflict',
      'ERROR: ResolutionImpossible: for help visit https://pip.pypa.io/en/latest/topics/dependency-resolution/',
    ],
    [
      'dependency-unavailable',
      'ERROR: Could not find a version that satisfies the requirement till==9 (from versions: 1.0, 1.1)\nERROR: No matching distribution found for till==9',
    ],
    [
      'network',
      "WARNING: Retrying (Retry(total=4, connect=None)) after connection broken by 'NewConnectionError(': Failed to establish a new connection')': /simple/till/\nERROR: Could not find a version that satisfies the requirement till (from versions: none)\nERROR: No matching distribution found for till",
    ],
    [
      'network',
      "ERROR: Could not install packages due to an OSError: HTTPSConnectionPool(host='pypi.org', port=443): Max retries exceeded with url: /simple/till/",
    ],
    [
      'network',
      "pip._vendor.urllib3.exceptions.ReadTimeoutError: HTTPSConnectionPool(host='files.pythonhosted.org', port=443): Read timed out.",
    ],
    [
      'missing-secret',
      'ERROR: HTTP error 401 while getting https://pypi.example/simple/till/\nERROR: 401 Client Error: Unauthorized for url: https://pypi.example/simple/till/',
    ],
    ['toolchain', "ERROR: Package 'till' requires a different Python: 3.7.17 not in '>=3.8'"],
    [
      'toolchain',
      'ERROR: Ignored the following versions that require a different python version: 2.0 Requires-Python >=3.10\nERROR: Could not find a version that satisfies the requirement till==2.0 (from versions: 1.0)\nERROR: No matching distribution found for till==2.0',
    ],
    ['toolchain', 'error: externally-managed-environment'],
    ['lockfile', 'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.'],
    ['build-config', "ERROR: Could not open requirements file: [Errno 2] No such file or directory: 'requirements.txt'"],
    ['build-config', "ERROR: Directory '.' is not installable. Neither 'setup.py' nor 'pyproject.toml' found."],
    ['disk-full', 'ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device'],
    [
      'permission',
      "ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: '/usr/lib/python3'\nPermissionError: [Errno 13] Permission denied: '/usr/lib/python3'",
    ],
  ],
  setuptools: [
    ['toolchain', 'error: Microsoft Visual C++ 14.0 or greater is required. Get it with "Microsoft C++ Build Tools"'],
    ['toolchain', "unable to execute 'gcc': No such file or directory\nerror: command 'gcc' failed with exit status 1"],
    ['toolchain', "error: command 'x86_64-linux-gnu-gcc' failed: No such file or directory"],
    ['toolchain', 'Error: pg_config executable not found.'],
    [
      'toolchain',
      'src/till.c:1:10: fatal error: Python.h: No such file or directory\n    1 | #include <Python.h>\ncompilation terminated.',
    ],
    ['dependency-conflict', 'pkg_resources.ContextualVersionConflict: (a 2.0, Requirement.parse("a<2"), {"b"})'],
    [
      'build-config',
      "error in till setup command: 'install_requires' must be a string or list of strings containing valid project/version requirement specifiers",
    ],
  ],
  Poetry: [
    [
      'lockfile',
      'pyproject.toml changed significantly since poetry.lock was last generated. Run `poetry lock` to fix the lock file.',
    ],
    ['lockfile', 'Error: poetry.lock is not up to date with pyproject.toml.'],
    [
      'dependency-conflict',
      'Because a (1.0) depends on c (>=2) and b (1.0) depends on c (<2), a (1.0) is incompatible with b (1.0).\nSo, because till depends on both a (1.0) and b (1.0), version solving failed.',
    ],
    [
      'dependency-conflict',
      "The current project's supported Python range (>=3.8,<4.0) is not compatible with some of the required packages Python requirement:",
    ],
    ['dependency-conflict', '  SolverProblemError'],
    ['dependency-unavailable', "Because till depends on shop (^9.0) which doesn't match any versions, version solving failed."],
    ['toolchain', 'Current Python version (3.8.10) is not allowed by the project (^3.9).'],
    ['build-config', 'Poetry could not find a pyproject.toml file in /a or its parents'],
    ['build-config', 'The Poetry configuration is invalid:\n  - Additional properties are not allowed'],
  ],
  uv: [
    [
      'lockfile',
      'error: The lockfile at `uv.lock` needs to be updated, but `--locked` was provided. To update the lockfile, run `uv lock`.',
    ],
    ['lockfile', 'error: Unable to find lockfile at `uv.lock`, but `--frozen` was provided.'],
    [
      'dependency-conflict',
      '  × No solution found when resolving dependencies:\n  ╰─▶ Because a==1.0 depends on c>=2 and b==1.0 depends on c<2, we can conclude that a==1.0 and b==1.0 are incompatible.',
    ],
    [
      'dependency-unavailable',
      "  × No solution found when resolving dependencies:\n  ╰─▶ Because there is no version of till==9.0 and your project depends on till==9.0, we can conclude that your project's requirements are unsatisfiable.",
    ],
    [
      'dependency-unavailable',
      "  × No solution found when resolving dependencies:\n  ╰─▶ Because till was not found in the package registry and your project depends on till, we can conclude that your project's requirements are unsatisfiable.",
    ],
    [
      'dependency-unavailable',
      "  × No solution found when resolving dependencies:\n  ╰─▶ Because only till<=0.6.3 is available and your project depends on till>=2.9, we can conclude that your project's requirements are unsatisfiable.",
    ],
    [
      'toolchain',
      '  × No solution found when resolving dependencies:\n  ╰─▶ Because the current Python version (3.8.18) does not satisfy Python>=3.9 and till==1.0 depends on Python>=3.9, we can conclude that till==1.0 cannot be used.',
    ],
    [
      'network',
      'error: Failed to fetch: `https://pypi.org/simple/till/`\n  Caused by: error sending request for url (https://pypi.org/simple/till/)\n  Caused by: dns error: failed to lookup address information: Temporary failure in name resolution',
    ],
  ],
  pipenv: [['lockfile', 'Your Pipfile.lock (ab12cd) is out of date. Expected: (34ef).']],
  PDM: [['lockfile', "Lock file hash doesn't match pyproject.toml, packages may be outdated"]],
  conda: [
    ['dependency-unavailable', 'PackagesNotFoundError: The following packages are not available from current channels:'],
    ['dependency-unavailable', 'ResolvePackageNotFound: \n  - till==1.0'],
    ['dependency-conflict', 'UnsatisfiableError: The following specifications were found to be incompatible with each other:'],
    ['dependency-conflict', 'LibMambaUnsatisfiableError: Encountered problems while solving:'],
    [
      'network',
      'CondaHTTPError: HTTP 000 CONNECTION FAILED for url <https://conda.anaconda.org/conda-forge/linux-64/repodata.json>',
    ],
  ],
  mamba: [
    ['dependency-conflict', 'error    libmamba Could not solve for environment specs'],
    ['dependency-unavailable', 'Encountered problems while solving:\n  - nothing provides requested till 9.0'],
  ],
  twine: [
    [
      'missing-secret',
      'HTTPError: 403 Forbidden from https://upload.pypi.org/legacy/\nInvalid or non-existent authentication information.',
    ],
    ['missing-secret', 'Trusted publishing exchange failure:'],
    [
      'permission',
      'OpenID Connect token retrieval failed: missing or insufficient OIDC token permissions, the ACTIONS_ID_TOKEN_REQUEST_TOKEN environment variable was unset',
    ],
    ['permission', 'ERROR    HTTPError: 403 Forbidden from https://upload.pypi.org/legacy/'],
  ],
  Python: [
    ['out-of-memory', 'numpy.core._exceptions._ArrayMemoryError: Unable to allocate 12.0 GiB for an array\nMemoryError'],
    ['crash', 'Fatal Python error: Segmentation fault'],
    [
      'network',
      'urllib.error.URLError: <urlopen error [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate>',
    ],
    [
      'network',
      "requests.exceptions.ConnectionError: ('Connection aborted.', RemoteDisconnected('Remote end closed connection without response'))",
    ],
    ['network', 'requests.exceptions.HTTPError: 503 Server Error: Service Unavailable for url: https://api.example/'],
    ['network', 'urllib.error.HTTPError: HTTP Error 502: Bad Gateway'],
    ['network', 'socket.gaierror: [Errno 11001] getaddrinfo failed'],
    ['dependency-unavailable', 'urllib.error.HTTPError: HTTP Error 404: Not Found'],
    ['rate-limit', 'requests.exceptions.HTTPError: 429 Client Error: Too Many Requests for url: https://api.example/'],
    ['permission', 'requests.exceptions.HTTPError: 403 Client Error: Forbidden for url: https://api.example/'],
    ['timeout', "subprocess.TimeoutExpired: Command '['till']' timed out after 60 seconds"],
    ['toolchain', 'ImportError: libGL.so.1: cannot open shared object file: No such file or directory'],
    ['compile-error', '  File "/a/till.py", line 3\n    def till(\n            ^\nSyntaxError: \'(\' was never closed'],
  ],
  pytest: [
    ['test-failure', '========================= 2 failed, 5 passed in 0.12s ========================='],
    ['build-config', 'ERROR: usage: pytest [options]\npytest: error: unrecognized arguments: --cov=till'],
    ['quality-gate', 'FAIL Required test coverage of 80% not reached. Total coverage: 71.00%'],
  ],
  unittest: [['test-failure', 'FAILED (failures=1, errors=2)']],
  'coverage.py': [['quality-gate', 'Coverage failure: total of 71 is less than fail-under=80']],
  'pip-audit': [['quality-gate', 'Found 2 known vulnerabilities in 1 package']],
  Black: [
    ['formatting', 'would reformat src/till.py'],
    ['formatting', '2 files would be reformatted, 12 files would be left unchanged.'],
  ],
  isort: [['formatting', 'ERROR: /a/till.py Imports are incorrectly sorted and/or formatted.']],
  'pre-commit': [
    [
      'formatting',
      'trim trailing whitespace.................................................Failed\n- hook id: trailing-whitespace\n- exit code: 1\n- files were modified by this hook',
    ],
  ],
};
