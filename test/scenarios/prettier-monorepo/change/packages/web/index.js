export const page = "shop"
export const greet = (name, greeting) => greeting + ', ' + name + '!' + page
