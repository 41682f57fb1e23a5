import type { Matcher } from '../matcher.ts';
import { ajc } from './ajc.ts';
import { ant } from './ant.ts';
import { antJunit } from './ant-junit.ts';
import { checkstyle } from './checkstyle.ts';
import { codenarc } from './codenarc.ts';
import { ecj } from './ecj.ts';
import { gradle } from './gradle.ts';
import { gradleTest } from './gradle-test.ts';
import { groovy } from './groovy.ts';
import { ideaInspections } from './idea-inspections.ts';
import { javac } from './javac.ts';
import { junitConsole } from './junit-console.ts';
import { junitText } from './junit-text.ts';
import { junitXml } from './junit-xml.ts';
import { kotlin } from './kotlin.ts';
import { detekt, ktlint } from './kotlin-lint.ts';
import { maven } from './maven.ts';
import { pmd } from './pmd.ts';
import { sbtTest } from './sbt-test.ts';
import { scala } from './scala.ts';
import { scalatest } from './scalatest.ts';
import { specs2 } from './specs2.ts';
import { spotbugs } from './spotbugs.ts';
import { surefire } from './surefire.ts';
import { testng } from './testng.ts';
import { xmlReport } from './xml-report.ts';

/** Tools of Java, Kotlin and Scala. Linters stand before Maven's own forms, which are wider. */
export const JVM: readonly Matcher[] = [
  surefire,
  gradleTest,
  antJunit,
  junitConsole,
  junitText,
  testng,
  scalatest,
  specs2,
  sbtTest,
  checkstyle,
  pmd,
  spotbugs,
  codenarc,
  ktlint,
  detekt,
  javac,
  ajc,
  ecj,
  kotlin,
  groovy,
  scala,
  ant,
  gradle,
  maven,
  xmlReport,
  ideaInspections,
  junitXml,
];
