import { describe, expect, it } from 'vitest';
import { isRecording, isTestPath } from '../../../../src/policy/gate/test-paths.ts';

describe('paths of tests', () => {
  it.each([
    'features/total.feature',
    'features/steps/total.py',
    'features/support/env.rb',
    'acceptance/total.robot',
    't/sum.t',
    'xt/author/pod.t',
    'bats/total.bats',
    'apps/shop/test/shop_SUITE.erl',
    'shop_SUITE.erl',
    'src/shop_tests.erl',
    'test/shop_test.exs',
    'src/cart_test.cc',
    'src/test_cart.cpp',
    'src/CartTest.java',
    'src/CartSpec.scala',
    'src/CartTests.m',
    'ShopTests/Cart.swift',
    'Shop.Tests/Cart.cs',
    'lib/cart_spec.rb',
    'spec/cart.rb',
    'src/CartTest.php',
    'inst/tinytest/cart.R',
    'R/test-cart.R',
    'src/CartSpec.hs',
    'lib/cart_test.dart',
    'src/tests.rs',
    'shop/tests.py',
    'cart_test.go',
    'spec_helper.rb',
    'test-utils/render.ts',
    'integration-tests/a.ts',
    'sql/cart.slt',
  ])('%s is one', (path) => {
    expect(isTestPath(path)).toBe(true);
  });

  it.each([
    'src/latest.ts',
    'src/contest/a.ts',
    'src/features/cart/cart.ts',
    'src/AppProperties.java',
    'src/Suite.ts',
    'docs/testing.md',
    'src/specification.ts',
    'scripts/test.sh',
    'src/Latest/a.ts',
  ])('%s is none', (path) => {
    expect(isTestPath(path)).toBe(false);
  });

  it.each([
    'test/__snapshots__/a.snap',
    'testdata/a.txt',
    'tests/ui/a.stderr',
    'src/a.approved.txt',
    'tests/references/a.png.txt',
  ])('%s is what a test compares with', (path) => {
    expect(isRecording(path)).toBe(true);
  });

  it.each(['docs/references/a.md', 'test/a.txt', 'src/stdout.ts'])('%s is not', (path) => {
    expect(isRecording(path)).toBe(false);
  });
});
