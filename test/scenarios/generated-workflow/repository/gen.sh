printf "name: Other\non: workflow_dispatch\njobs:\n  one:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo %s\n" "$(cat word.txt)" > .github/workflows/other.yml
