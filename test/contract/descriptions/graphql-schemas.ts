import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type GraphQLType,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isSpecifiedScalarType,
} from 'graphql';

/**
 * Where the sandbox's GraphQL schema is not a part of GitHub's: by type, what is wrong with it. A field may have one
 * concrete type where GitHub has an interface of it.
 */
export function compareSchemas(ours: GraphQLSchema, theirs: GraphQLSchema): [name: string, findings: string[]][] {
  return Object.values(ours.getTypeMap())
    .filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type))
    .map((type) => [type.name, compareTypes(type, theirs)]);
}

function compareTypes(ours: GraphQLNamedType, schema: GraphQLSchema): string[] {
  const theirs = schema.getType(ours.name);
  if (!theirs) return ['GitHub has no such type'];
  if (theirs.constructor.name !== ours.constructor.name) return ['is of another kind than GitHub’s'];
  if (isObjectType(ours) && isObjectType(theirs)) return compareObjects(ours, theirs, schema);
  if (isEnumType(ours) && isEnumType(theirs)) {
    const unknown = ours.getValues().filter((value) => !theirs.getValue(value.name));
    return unknown.map((value) => `GitHub has no value ${value.name}`);
  }
  if (isInputObjectType(ours) && isInputObjectType(theirs)) {
    return compareInputs(Object.values(ours.getFields()), Object.values(theirs.getFields()), isRequiredInputField);
  }
  return [];
}

function compareObjects(
  ours: Extract<GraphQLNamedType, { getInterfaces(): unknown }>,
  theirs: Extract<GraphQLNamedType, { getInterfaces(): unknown }>,
  schema: GraphQLSchema,
): string[] {
  const known = theirs.getFields();
  return Object.values(ours.getFields()).flatMap((field) => {
    const other = known[field.name];
    if (!other) return [`GitHub has no field ${field.name}`];
    const faults = compareInputs(field.args, other.args, isRequiredArgument).map((fault) => `${field.name}: ${fault}`);
    return fits(field.type, other.type, schema) ? faults : [...faults, `${field.name} is ${other.type}, not ${field.type}`];
  });
}

function compareInputs<T extends GraphQLArgument | GraphQLInputField>(
  ours: readonly T[],
  theirs: readonly T[],
  isRequired: (input: T) => boolean,
): string[] {
  const known = new Map(theirs.map((input) => [input.name, input]));
  const named = new Set(ours.map((input) => input.name));
  const wrong = ours.flatMap((input) => {
    const other = known.get(input.name);
    if (!other) return [`GitHub has no argument ${input.name}`];
    return String(input.type) === String(other.type) ? [] : [`argument ${input.name} is ${other.type}, not ${input.type}`];
  });
  const missing = theirs.filter((input) => isRequired(input) && !named.has(input.name));
  return [...wrong, ...missing.map((input) => `GitHub requires the argument ${input.name}`)];
}

/** The same lists and non-nulls, around the same type or around one of those that GitHub's stands for. */
function fits(ours: GraphQLType, theirs: GraphQLType, schema: GraphQLSchema): boolean {
  if (wrappers(ours) !== wrappers(theirs)) return false;
  const name = getNamedType(ours).name;
  const other = getNamedType(theirs);
  if (other.name === name) return true;
  return isAbstractType(other) && schema.getPossibleTypes(other).some((type) => type.name === name);
}

function wrappers(type: GraphQLType): string {
  if (isNonNullType(type)) return `${wrappers(type.ofType)}!`;
  return isListType(type) ? `[${wrappers(type.ofType)}]` : '';
}
