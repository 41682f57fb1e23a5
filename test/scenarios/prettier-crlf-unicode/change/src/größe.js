export const größe = 'klein 🐜'
export const 値段 = ( x ) => x*2