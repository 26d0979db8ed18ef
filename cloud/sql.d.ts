/** Migrations are text that goes into the executable. */
declare module "*.sql" {
  const text: string;
  export default text;
}
