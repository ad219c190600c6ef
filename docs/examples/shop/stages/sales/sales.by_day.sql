select
  day,
  count(*) as orders,
  count(distinct customer_id) as customers,
  cast(sum(total) as decimal(14, 2)) as total
from {shop.order}
group by day
