select
  p.product_id,
  p.name,
  cast(coalesce(sum(i.quantity), 0) as bigint) as pieces,
  cast(coalesce(sum(i.quantity * i.unit_price), 0) as decimal(14, 2)) as total
from {shop.product} as p
left join {shop.order_item} as i on i.product_id = p.product_id
group by p.product_id, p.name
