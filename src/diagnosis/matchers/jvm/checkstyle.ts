import type { Matcher } from '../matcher.ts';

/** Checkstyle: alone, within Ant or Gradle (`[ant:checkstyle] [ERROR] …`), and within Maven, which turns the parts around. */
export const checkstyle: Matcher = {
  id: 'checkstyle',
  tool: 'checkstyle',
  cause: 'lint',
  hints: ['[ERROR] ', '[WARN] ', '[WARNING] ', '[checkstyle] ', '[ant:checkstyle] '],
  patterns: [
    // [ERROR] /work/src/Cart.java:12:5: Missing a Javadoc comment. [JavadocMethod]
    {
      expression:
        /^\s*(?:\[(?:ant:)?checkstyle\] )?\[(?<severity>ERROR|WARN|INFO)\] (?<path>(?:[A-Za-z]:)?[^\s:][^:[\]]{0,500}\.\w+):(?<line>\d{1,7}):(?:(?<column>\d{1,7}):)? (?<message>\S.*?) \[(?<code>[A-Z]\w+)\]$/,
    },
    // Maven: [ERROR] src/main/java/Cart.java:[12,5] (javadoc) JavadocMethod: Missing a Javadoc comment.
    {
      expression:
        /^\[(?<severity>ERROR|WARN(?:ING)?|INFO)\] (?<path>(?:[A-Za-z]:)?[^\s:][^:]{0,500}):\[(?<line>\d{1,7})(?:,(?<column>\d{1,7}))?\] \([a-z]+\) (?<code>[A-Z]\w+): (?<message>\S.*)$/,
    },
  ],
};
