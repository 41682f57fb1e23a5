/** Files of gems and of Ruby itself: a failure is not theirs. */
export const FOREIGN = /[\\/](?:gems|rubygems|vendor[\\/]bundle|lib[\\/]ruby|rubies)[\\/]|^<internal:/;
