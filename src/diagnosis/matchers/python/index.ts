import type { Matcher } from '../matcher.ts';
import { bandit } from './bandit.ts';
import { poetry, tox, uv } from './dependencies.ts';
import { doctest } from './doctest.ts';
import { ansibleLint, codespell, sphinx, yamllint } from './documents.ts';
import { flake8, pydocstyle, pyflakes } from './flake8.ts';
import { black, isort } from './formatters.ts';
import { mypy } from './mypy.ts';
import { pip } from './pip.ts';
import { preCommit } from './pre-commit.ts';
import { pylint } from './pylint.ts';
import { pyright } from './pyright.ts';
import { pytest } from './pytest.ts';
import { doc8, mkdocs, pymarkdown, pyre, vulture, xenon } from './quality.ts';
import { rflint } from './rflint.ts';
import { ruff } from './ruff.ts';
import { traceback } from './traceback.ts';
import { nose, unittest } from './unittest.ts';

/** Tools of Python, and those written in it. pre-commit runs others, so it comes after them. */
export const PYTHON: readonly Matcher[] = [
  pytest,
  unittest,
  nose,
  doctest,
  mypy,
  pyright,
  rflint,
  ruff,
  flake8,
  pyflakes,
  pydocstyle,
  pylint,
  black,
  isort,
  pip,
  poetry,
  uv,
  tox,
  sphinx,
  bandit,
  vulture,
  pyre,
  xenon,
  doc8,
  pymarkdown,
  mkdocs,
  yamllint,
  ansibleLint,
  codespell,
  traceback,
  preCommit,
];
