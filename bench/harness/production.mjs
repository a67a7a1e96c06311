/** To be imported before graphql, which checks more where it is not told. Contenders in processes of their own are told, too. */
process.env.NODE_ENV ??= 'production';
