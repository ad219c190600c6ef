{% set watermark = var("watermarks").get("shop.orders") %}
SELECT
    id,
    customer,
    status,
    total,
    updated_at,
    DATE '{{ var("batch_day") }}' AS batch_day
FROM {{ ref("raw_orders") }}
{% if watermark %}
WHERE updated_at >= TIMESTAMPTZ '{{ watermark }}'
{% endif %}
