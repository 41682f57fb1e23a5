import type { Matcher } from '../matcher.ts';
import { swiftTesting } from './swift-testing.ts';
import { swiftc } from './swiftc.ts';
import { xcodebuild } from './xcodebuild.ts';
import { xctest } from './xctest.ts';

/** Tools of Swift. */
export const SWIFT: readonly Matcher[] = [swiftc, xctest, swiftTesting, xcodebuild];
