-- Whether the receiver lacks something that it had. Parameter: sequence.
select count(*) from {{ delivery }}.rejected_lines
where sequence = ? and problem_type in ('urn:nattsynk:problem:unknown-record', 'urn:nattsynk:problem:unknown-reference')
