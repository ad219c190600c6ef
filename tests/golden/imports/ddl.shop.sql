-- Tables of the shop, in PostgreSQL's SQL.
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE public.customers (
  id bigserial PRIMARY KEY,
  mail varchar(60) NOT NULL UNIQUE,
  created timestamptz NOT NULL DEFAULT now(),
  local timestamp,
  settings jsonb
);
CREATE TABLE public.orders (
  id bigint GENERATED ALWAYS AS IDENTITY,
  customer_id bigint NOT NULL REFERENCES public.customers (id),
  state text CHECK (state IN ('open', 'paid')),
  total numeric(12, 2) CHECK (total >= 0 AND total < 10000),
  discount double precision,
  amount numeric,
  code char(3) CHECK (length(code) = 3),
  day date,
  parts integer[],
  CONSTRAINT orders_pk PRIMARY KEY (id, day),
  CONSTRAINT one_a_day UNIQUE (customer_id, day),
  CONSTRAINT less CHECK (discount <= total OR state = 'open'),
  CONSTRAINT by_product FOREIGN KEY (code) REFERENCES products (code)
);
COMMENT ON TABLE public.orders IS 'One row per order.';
COMMENT ON COLUMN public.orders.code IS 'Of the branch.';
CREATE INDEX by_day ON public.orders (day);
