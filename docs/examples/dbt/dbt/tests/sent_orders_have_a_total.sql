SELECT id FROM {{ ref("orders") }} WHERE status = 'sent' AND total = 0
