/** Of C, C++, Objective-C, CUDA, assembler, lex and yacc. */
const C_EXTENSION = String.raw`\.(?:c|cc|cp|cpp|cxx|c\+\+|h|hh|hpp|hxx|h\+\+|inl|ipp|tcc|tpp|txx|inc|def|m|mm|cu|cuh|cl|s|S|i|ii|l|ll|y|yy)`;
const FORTRAN_EXTENSION = String.raw`\.[fF](?:or|pp|\d\d)?`;

/** How such files end, and Fortran's: cheaper to look for than the whole path. */
export const C_OR_FORTRAN_EXTENSION = `(?:${C_EXTENSION}|${FORTRAN_EXTENSION})`;

/** Files that compilers of C and its kin read. Text for expressions. */
export const C_FILE = String.raw`[^\s:*?"<>|()][^:*?"<>|()]*${C_EXTENSION}`;

/** Headers of the standard library have no extension: `/usr/include/c++/12/vector`. */
export const C_HEADER = String.raw`\/[^\s:*?"<>|()]*\/include\/[\w.+\/-]+`;

/** What Ant, older generators of build files, and BitBake where it quotes the log of a task, put before the lines of a tool. */
export const BUILD_PREFIX = String.raw`(?:\s*\[exec\] |\d{1,3}% |\| )?`;

/** A drive of Windows; its colon is not the one before the line number. */
export const DRIVE = String.raw`(?:[A-Za-z]:(?=[\\/]))?`;

/** Fortran, of which GCC's optimiser speaks as of C. */
export const FORTRAN_FILE = String.raw`[^\s:()]{1,500}${FORTRAN_EXTENSION}`;

/** Programs that a configuration compiles and links to see what the machine has: most of their errors are answers. */
export const PROBE = /(?:^|[\\/])(?:conftest|_configtest)\.\w+$/;

/** Extensions of what people write and tools check. What tools write themselves (`.log`, `.class`) is left out. */
const SOURCE_EXTENSION = [
  'c|cc|cp|cpp|cxx|h|hh|hpp|hxx|inl|ipp|tcc|inc|def|m|mm|cu|cuh|cl|i|l|ll|lex|y|yy|ypp|s|S|asm|nasm|ld|lds|dtsi?|rl|re|idl|odl|rc|swg',
  'f|F|for|ftn|fpp|f\\d\\d|F\\d\\d|ad[abs]|gpr|pas|pp|lpr|dpr|dpk|nim|nims|d|di|zig|cr|vala|vapi|gs|ml[ily]?|re[i]?|v|vh|svh?|vhdl?|tcl|sdc|xdc',
  'java|groovy|gradle|kts?|scala|sc|clj[cs]?|cs|csx|vb|fsx?|fsi|xaml|razor|cshtml|aj|swift|dart|ex|exs|erl|hrl|yrl|xrl|go|rs|py|pyi|pyx|rb|rake|php|phtml',
  'pl|pm|t|lua|sh|bash|zsh|ksh|fish|ps1|psm1|bat|cmd|sql|proto|thrift|graphql|cob|cbl|cpy|sol|vy|move|sdl|sdt|st|jl|r|R|Rmd|Rd|sas|do',
  'jsx?|tsx?|mjs|cjs|vue|svelte|astro|css|scss|sass|less|styl|html?|hbs|pug|haml|slim|erb|twig|j2|ftl|as|mxml|qml|ui|qss',
  'json[5c]?|ya?ml|toml|ini|cfg|conf|properties|xml|xsd|xslt?|wsdl|wxs|svg|plist|md|mdx|rst|adoc|asciidoc|asc|tex|bib|sty|cls|po|pot|desktop|service|spec',
  'bb|bbappend|bbclass|cmake|mk|mak|am|ac|m4|in|bzl|bazel|nix|tf|hcl|rego|bicep|glsl|vert|frag|hlsl|metal|wgsl|csproj|vcxproj|sln|targets|props',
].join('|');

/** A path to such a file, or a file of a well-known name. A drive of Windows stands before it. */
export const SOURCE_FILE = String.raw`(?:[^\s:*?"'<>|()\[\]{}=,;]{0,300}\.(?:${SOURCE_EXTENSION})|[\w./\\-]{0,300}\b(?:Dockerfile|Makefile|Jenkinsfile|Vagrantfile|Gemfile|Rakefile|SConscript|SConstruct)(?:\.\w{1,20})?)`;
