{#- DQ-5. The letters that a separate mark is joined to (NFC), by mark: those of Swedish, and of names in Latin letters. SQL Server cannot
    normalise a text, so both engines read this list. -#}
{% macro composed_letters() -%}
{{ return([
    ('\u0308', 'aeiouyAEIOUY', 'äëïöüÿÄËÏÖÜŸ'),
    ('\u030a', 'auAU', 'åůÅŮ'),
    ('\u0301', 'aeiouyclnrszAEIOUYCLNRSZ', 'áéíóúýćĺńŕśźÁÉÍÓÚÝĆĹŃŔŚŹ'),
    ('\u0300', 'aeiounAEIOUN', 'àèìòùǹÀÈÌÒÙǸ'),
    ('\u0302', 'aeioucghjswyAEIOUCGHJSWY', 'âêîôûĉĝĥĵŝŵŷÂÊÎÔÛĈĜĤĴŜŴŶ'),
    ('\u0303', 'anoiuANOIU', 'ãñõĩũÃÑÕĨŨ'),
    ('\u030c', 'cdenrstzlgaCDENRSTZLGA', 'čďěňřšťžľǧǎČĎĚŇŘŠŤŽĽǦǍ'),
    ('\u0327', 'cstnklrgCSTNKLRG', 'çşţņķļŗģÇŞŢŅĶĻŖĢ'),
    ('\u0328', 'aeiuAEIU', 'ąęįųĄĘĮŲ'),
    ('\u0304', 'aeiouAEIOU', 'āēīōūĀĒĪŌŪ'),
    ('\u0306', 'aguAGU', 'ăğŭĂĞŬ'),
    ('\u0307', 'zecgZECGI', 'żėċġŻĖĊĠİ'),
    ('\u030b', 'ouOU', 'őűŐŰ'),
    ('\u0326', 'stST', 'șțȘȚ'),
]) }}
{%- endmacro %}
