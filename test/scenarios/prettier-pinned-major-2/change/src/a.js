export const a = combine("a long first argument", "a long second argument", "and a third one")
function combine(one, two, three) { return one + two + three }
