/** Files that compilers of C and its kin read: C, C++, Objective-C, CUDA, assembler, lex and yacc. Text for expressions. */
export const C_FILE = String.raw`[^\s:*?"<>|()][^:*?"<>|()]*\.(?:c|cc|cp|cpp|cxx|c\+\+|h|hh|hpp|hxx|h\+\+|inl|ipp|tcc|tpp|txx|inc|def|m|mm|cu|cuh|cl|s|S|i|ii|l|ll|y|yy)`;

/** Headers of the standard library have no extension: `/usr/include/c++/12/vector`. */
export const C_HEADER = String.raw`\/[^\s:*?"<>|()]*\/include\/[\w.+\/-]+`;

/** What Ant and older generators of build files put before the lines of a tool. */
export const BUILD_PREFIX = String.raw`(?:\s*\[exec\] |\d{1,3}% )?`;

/** A drive of Windows; its colon is not the one before the line number. */
export const DRIVE = String.raw`(?:[A-Za-z]:(?=[\\/]))?`;

/** Fortran, of which GCC's optimiser speaks as of C. */
export const FORTRAN_FILE = String.raw`[^\s:()]{1,500}\.[fF](?:or|pp|\d\d)?`;

/** Programs that a configuration compiles and links to see what the machine has: most of their errors are answers. */
export const PROBE = /(?:^|[\\/])(?:conftest|_configtest)\.\w+$/;
