{#- Writes a model as a table of the stage, of the same name. -#}
{% macro write_to_staging() -%}
    COPY {{ this }} TO '{{ env_var("SPECTRA_STAGING") }}/shop/{{ this.identifier }}'
    (FORMAT parquet, PER_THREAD_OUTPUT true)
{%- endmacro %}
